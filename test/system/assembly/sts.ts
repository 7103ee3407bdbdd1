import type { Request } from '../../emulator/iam/evaluate.ts'
import { answerAssumeRole } from '../../functions/adapters/sts-server.ts'
import type { Service } from './aws-front.ts'
import type { Identities } from './identities.ts'

/** What taking on a role is authorised by: the role, and tags on the session are a right of their own. */
export function stsRequests({ body, operation }: { readonly body: string; readonly operation: string }): Request[] {
  const form = new URLSearchParams(body)
  const members = (name: RegExp) => [...form].flatMap(([key, value]) => (name.test(key) ? [value] : []))
  const keys = members(/^Tags\.member\.\d+\.Key$/)
  const values = members(/^Tags\.member\.\d+\.Value$/)
  const transitive = members(/^TransitiveTagKeys\.member\.\d+$/)
  const resource = form.get('RoleArn') ?? '*'
  const context = {
    'sts:RoleSessionName': form.get('RoleSessionName') ?? '',
    ...Object.fromEntries(keys.map((key, index) => [`aws:RequestTag/${key}`, values[index] ?? ''])),
    ...(keys.length > 0 && { 'aws:TagKeys': keys }),
    ...(transitive.length > 0 && { 'sts:TransitiveTagKeys': transitive }),
  }
  const actions = [`sts:${operation}`, ...(keys.length > 0 ? ['sts:TagSession'] : [])]
  return actions.map((action) => ({ action, resource, context }))
}

/** Gives out sessions of roles, with the tags that were asked for; whoever holds one calls in its name from then on. */
export function stsService(identities: Identities): Service {
  return {
    requests: stsRequests,
    async answer({ body }, caller) {
      const { status, body: text, session } = answerAssumeRole(body, Date.now())
      if (session) {
        const { accessKeyId, secretAccessKey, sessionToken, roleArn, sessionName, tags } = session
        const roleName = roleArn.replace(/^.*\//, '')
        identities.add(accessKeyId, {
          // It calls from where the function is that took it on.
          caller: { ...caller, name: `${caller.name} as ${sessionName}`, roleName, sessionName, sessionTags: tags },
          secretAccessKey,
          sessionToken,
        })
      }
      return { status, contentType: 'text/xml', body: text }
    },
  }
}
