import { runOrFail } from './run-command.ts'

/** The system user that Kafka's programs run as. */
export interface KafkaUser {
  readonly uid: number
  /** Of a group that nobody else is in: what only Kafka may read is readable by it. */
  readonly gid: number
}

/** Looks the user up. It must be one that can be kept from something, and only root can be somebody else. */
export async function findKafkaUser(name: string): Promise<KafkaUser> {
  const [uid, gid] = [Number(await runOrFail('id', '-u', name)), Number(await runOrFail('id', '-g', name))]
  if (uid === 0 || gid === 0) throw new Error(`Kafka shall not run as ${name}, which has the rights of root`)
  if (process.geteuid?.() !== 0) throw new Error(`only an agent that runs as root can run Kafka as ${name}`)
  return { uid, gid }
}

/**
 * The command that runs a command as the user, for good: without other groups, without capabilities and without a way to any
 * program that would give it more rights. The process keeps its number and its limits. Without a user it is the command itself.
 */
export function commandAs(user: KafkaUser | undefined, command: readonly string[]): readonly string[] {
  if (user === undefined) return command
  const identity = ['--reuid', String(user.uid), '--regid', String(user.gid), '--clear-groups']
  const rights = ['--no-new-privs', '--inh-caps=-all', '--ambient-caps=-all', '--bounding-set=-all']
  return ['setpriv', ...identity, ...rights, '--', ...command]
}
