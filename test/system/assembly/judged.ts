import type { Caller } from './identities.ts'
import { type Permissions, permissionsOf } from './permissions.ts'
import { type Deployment, deploy, type Templates } from './template.ts'

/** Something that was asked for, by whom. */
export interface Judged {
  readonly caller: Caller
  readonly request: Parameters<Permissions>[1]
}

/** The same permissions, and a note of all that they were asked. */
export function noted(permissions: Permissions, notes: Judged[]): Permissions {
  return (caller, request) => {
    notes.push({ caller, request })
    return permissions(caller, request)
  }
}

/** What of all that was asked would be refused, had the templates been others. */
export function refusedWith(
  directory: string,
  { region, keyArn }: Pick<Deployment, 'region'> & { readonly keyArn: string },
  judged: readonly Judged[],
  spoil: (templates: Templates) => void = () => undefined,
): readonly string[] {
  const deployment = deploy(directory, region, { spoil, keyArn })
  const permissions = permissionsOf(deployment)
  const refused = judged.flatMap(({ caller, request }) => {
    const { api, ...others } = request
    const verdict = permissions(caller, { ...others, ...(api && { api: deployment.byId(api.id) }) })
    return verdict.allowed
      ? []
      : [`${caller.name} may not ${request.action} on ${request.resource}: ${verdict.because}`]
  })
  return [...new Set(refused)]
}
