import { attach } from '../../functions/host-api/attach.ts'
import { issueCertificate } from '../../functions/host-api/certificates.ts'
import { desired } from '../../functions/host-api/desired.ts'
import { report } from '../../functions/host-api/report.ts'
import { toDomainError } from '../../shared/errors/domain-error.ts'
import type { Ports } from '../../shared/ports/ports.ts'
import { ProcessDied } from './life.ts'
import type { HostCalls } from './models/agent.ts'
import type { Machine } from './models/machine.ts'

/** Calls the process that is there; rejects with `ProcessDied` where none is, or where it dies meanwhile. */
export type CallOnce = <T>(make: (ports: Ports) => Promise<T>) => Promise<T>

/** The calls of hosts, by the real functions behind their API. */
export function callsOfHosts(once: CallOnce, onDefect: (defect: unknown) => void): HostCalls {
  /** As the API answers: what nobody foresaw is an error of the server. */
  async function answered<T>(make: (ports: Ports) => Promise<T>): Promise<T> {
    try {
      return await once(make)
    } catch (thrown) {
      if (thrown instanceof ProcessDied) throw thrown
      if (isDefect(thrown)) onDefect(thrown)
      throw toDomainError(thrown)
    }
  }
  const identityOf = ({ node, instanceId }: Machine) => ({ ...node, instanceId })
  return {
    attach: (machine, request) => answered((ports) => attach(ports, identityOf(machine), request)),
    desired: (machine, query) => answered((ports) => desired(ports, identityOf(machine), { ...query, waitSeconds: 0 })),
    report: (machine, observed) => answered((ports) => report(ports, identityOf(machine), observed)),
    certificates: (machine, request) => answered((ports) => issueCertificate(ports, identityOf(machine), request)),
  }
}

/** Errors that are never anyone's answer: someone wrote something that cannot be right. */
export function isDefect(cause: unknown): boolean {
  return (
    cause instanceof TypeError ||
    cause instanceof RangeError ||
    (cause instanceof Error && (cause.name === 'IllegalTransition' || cause.name === 'Violation'))
  )
}
