/**
 * Whom Kafka runs as on a host on EC2. The number, also of its group, is the same on all hosts, because a volume goes from one machine to the next and
 * its files belong to a number; no package of Amazon Linux takes one above 1,000.
 */
export const KAFKA_USER = { name: 'kafka', uid: 9092 } as const

/** The lines of the user data that make the user and its group, where they are not there yet. It can log in nowhere and has no home. */
export function makeKafkaUser(): string {
  const { name, uid } = KAFKA_USER
  const account = `--uid ${uid} --gid ${name} --no-create-home --home-dir / --shell /usr/sbin/nologin`
  return `getent group ${name} >/dev/null || groupadd --system --gid ${uid} ${name}
getent passwd ${name} >/dev/null || useradd --system ${account} ${name}`
}
