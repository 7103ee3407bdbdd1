import type { Policy } from '../../emulator/iam/policy.ts'

/** A network that its own endpoints are the only way out of. */
export interface Inside {
  readonly vpcId: string
  /** Of the machine whose role it is. */
  readonly instanceArn?: string
}

/** Whoever calls a service: a session of a role. */
export interface Caller {
  /** What it is called in messages, such as the name of a function. */
  readonly name: string
  /** The process of a function that calls, also with the keys of a role that it took on. */
  readonly processName?: string
  readonly roleName: string
  /** The last part of its ARN, such as the id of a machine. */
  readonly sessionName: string
  /** Where it calls from, if that is a network of the deployment. */
  readonly inside?: Inside
  /** Tags that the session was given when it was taken on. */
  readonly sessionTags?: Readonly<Record<string, string>>
  /** Policies that the session was taken on with: it may do no more than they allow. */
  readonly sessionPolicies?: readonly Policy[]
}

/** A caller and the key that its calls are signed with. */
export interface Identity {
  readonly caller: Caller
  readonly secretAccessKey: string
  /** Sent along with every call of a session whose keys end by themselves. */
  readonly sessionToken?: string
}

/** Who holds which access key; services that take on roles add to it. */
export interface Identities {
  add(accessKeyId: string, identity: Identity): void
  find(accessKeyId: string): Identity | undefined
}

/** Nobody at first. */
export function openIdentities(): Identities {
  const known = new Map<string, Identity>()
  return {
    add: (accessKeyId, identity) => known.set(accessKeyId, identity),
    find: (accessKeyId) => known.get(accessKeyId),
  }
}
