import { expect, it } from 'vitest'
import { ControlPlaneUnreachableError, StaleGenerationError } from '../../../agent/control-plane/errors.ts'
import type { HostApi } from '../../../agent/control-plane/host-api.ts'
import { createSession } from '../../../agent/control-plane/session.ts'
import { createVirtualClock } from '../../../local/virtual-clock.ts'
import type { DesiredHost } from '../../../shared/host-protocol/desired.ts'
import type { Log } from '../../../shared/ports/log.ts'
import { aDesiredHost } from '../desired-host.ts'

/** A session whose control plane answers as the test says, on a clock that the test moves. */
function scripted(api: Partial<HostApi>, clock = createVirtualClock(), warn: Log['warn'] = () => undefined) {
  const log = { info: () => undefined, warn, error: () => undefined }
  const heard: DesiredHost[] = []
  const end = new AbortController()
  const never = (): Promise<never> => new Promise(() => undefined)
  const session = createSession({
    config: { pollWaitSeconds: 20 },
    bootId: 'boot',
    api: { attach: async () => ({ generation: 7 }), desired: never, report: never, certificate: never, ...api },
    clock,
    log,
    random: () => 1,
    onAttached: () => undefined,
    onDesired: async (desired) => void heard.push(desired),
  })
  return { clock, session, heard, end, pulling: session.keepPulling(end.signal) }
}

const unreachable = async (): Promise<never> => {
  throw new ControlPlaneUnreachableError('connect ECONNREFUSED')
}

it('tries to attach again and again, later each time, up to ten seconds', async () => {
  const attempts: number[] = []
  const clock = createVirtualClock()
  const attach = async (): Promise<never> => {
    attempts.push(clock.now())
    return unreachable()
  }
  scripted({ attach }, clock)
  await clock.advance(60_000)
  const pauses = attempts.slice(1).map((at, index) => at - (attempts[index] ?? 0))
  expect(pauses.slice(0, 7)).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000])
})

it('begins with short pauses again after the control plane has answered', async () => {
  const pulls: number[] = []
  let isUp = false
  const clock = createVirtualClock()
  const desired = async (): Promise<undefined> => {
    pulls.push(clock.now())
    if (!isUp) return unreachable()
    await clock.sleep(20_000)
    return undefined
  }
  scripted({ desired }, clock)
  await clock.advance(60_000)
  isUp = true
  await clock.advance(40_000)
  isUp = false
  pulls.length = 0
  await clock.advance(30_000)
  const pauses = pulls.slice(1).map((at, index) => at - (pulls[index] ?? 0))
  expect(pauses.slice(0, 3)).toEqual([500, 1000, 2000])
})

it('asks for the whole document first and from then on only for what is newer', async () => {
  const asked: number[] = []
  const { clock, heard } = scripted({
    desired: async ({ after }) => {
      asked.push(after)
      if (asked.length > 2) await clock.sleep(20_000)
      return asked.length > 2 ? undefined : aDesiredHost({ generation: 7, revision: asked.length })
    },
  })
  await clock.advance(30_000)
  expect(asked.slice(0, 4)).toEqual([0, 1, 2, 2])
  expect(heard.map(({ revision }) => revision)).toEqual([1, 2])
})

it('does not press a control plane that answers at once although it was asked to wait', async () => {
  let pulls = 0
  const { clock } = scripted({
    desired: async () => {
      pulls += 1
      return undefined
    },
  })
  await clock.advance(100_000)
  expect(pulls).toBeLessThanOrEqual(21)
  expect(pulls).toBeGreaterThan(9)
})

it('is over when a newer process has attached', async () => {
  const stale = async (): Promise<never> => {
    throw new StaleGenerationError('succeeded')
  }
  await expect(scripted({ desired: stale }).pulling).rejects.toThrow(StaleGenerationError)
  const ofAnother = scripted({ desired: async () => aDesiredHost({ generation: 8 }) })
  await expect(ofAnother.pulling).rejects.toThrow(StaleGenerationError)
  expect(ofAnother.heard).toEqual([])
})

it('has no key certified before it is attached', async () => {
  const { session } = scripted({ attach: unreachable })
  await expect(session.certify('csr')).rejects.toThrow(ControlPlaneUnreachableError)
})

it('says why the control plane cannot be reached, once for each reason', async () => {
  const reasons = ['no tag weir:node yet', 'no tag weir:node yet', '403 Forbidden', '403 Forbidden']
  const said: unknown[] = []
  const clock = createVirtualClock()
  const attach = async () => {
    const reason = reasons.shift()
    if (reason !== undefined) throw new ControlPlaneUnreachableError(reason)
    return { generation: 7 }
  }
  scripted({ attach }, clock, (_message, fields) => void said.push(fields?.reason))
  await clock.advance(60_000)
  expect(said).toEqual(['no tag weir:node yet', '403 Forbidden'])
})
