import { attach } from '../../functions/host-api/attach.ts'
import { issueCertificate } from '../../functions/host-api/certificates.ts'
import { desired } from '../../functions/host-api/desired.ts'
import { report } from '../../functions/host-api/report.ts'
import { toDomainError } from '../../shared/errors/domain-error.ts'
import type { Clock } from '../../shared/ports/clock.ts'
import type { Ports } from '../../shared/ports/ports.ts'
import type { ControlPlaneLives } from './control-plane-lives.ts'
import { ProcessDied } from './life.ts'
import type { HostCalls } from './models/agent.ts'
import type { Machine } from './models/machine.ts'

interface CallParts extends Pick<ControlPlaneLives, 'once'> {
  readonly clock: Clock
  readonly onDefect: (defect: unknown) => void
}

/** The calls of hosts, by the real functions behind their API. */
export function callsOfHosts({ clock, once, onDefect }: CallParts): HostCalls {
  /** As the API answers: what nobody foresaw is an error of the server. */
  async function answered<T>(machine: Machine, make: (ports: Ports) => Promise<T>): Promise<T> {
    if (clock.now() < machine.silentUntil) throw new ProcessDied('the network does not reach the control plane')
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
    attach: (machine, request) => answered(machine, (ports) => attach(ports, identityOf(machine), request)),
    desired: (machine, query) =>
      answered(machine, (ports) =>
        desired(ports, identityOf(machine), { ...query, waitSeconds: 0 }, { waitsWhileIdle: true }),
      ),
    report: (machine, observed) =>
      answered(machine, (ports) => report(ports, identityOf(machine), observed, { waitsWhileIdle: false })),
    certificates: (machine, request) =>
      answered(machine, (ports) => issueCertificate(ports, identityOf(machine), request)),
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
