import { describe, expect, it } from 'vitest'
import { INSTANCE_TYPE_NAMES, INSTANCE_TYPES } from '../../../../shared/catalogue/instance-types.ts'
import {
  LEAST_THROTTLE,
  MOST_THROTTLE,
  raisedThrottle,
  starvesClients,
  toBytes,
  usualThrottle,
} from '../../../../shared/planner/rebalance/throttle.ts'

describe.each(INSTANCE_TYPE_NAMES)('the usual throttle of %s', (name) => {
  it('may be ordered, and leaves half of the volume and the network to clients where a broker gives and takes', () => {
    const { network, volume } = INSTANCE_TYPES[name].sustainedMiBPerSecond
    expect(usualThrottle(name)).toBeGreaterThanOrEqual(LEAST_THROTTLE)
    expect(2 * usualThrottle(name)).toBeLessThanOrEqual(Math.min(network, volume) / 2)
    expect(starvesClients(name, usualThrottle(name))).toBe(false)
    expect(starvesClients(name, MOST_THROTTLE)).toBe(true)
  })
})

describe('a throttle', () => {
  const progress = (idleSeconds: number, mebibytes = 10) => ({
    idleSeconds,
    throttleBytesPerSecond: toBytes(mebibytes),
  })

  it('stays while it keeps up with what comes in', () => {
    expect(raisedThrottle(progress(0), progress(0), toBytes(5))).toBe(toBytes(10))
  })

  it('is raised to twice of what comes in, and never lowered', () => {
    expect(raisedThrottle(progress(0), progress(0), toBytes(7))).toBe(toBytes(14))
    expect(raisedThrottle(progress(0), progress(0), 0)).toBe(toBytes(10))
  })

  it('is doubled once for every five minutes without progress', () => {
    expect(raisedThrottle(progress(290), progress(300), 0)).toBe(toBytes(20))
    expect(raisedThrottle(progress(300), progress(310), 0)).toBe(toBytes(10))
    expect(raisedThrottle(progress(590), progress(600, 20), 0)).toBe(toBytes(40))
  })

  it('is never raised above what may be ordered', () => {
    expect(raisedThrottle(progress(290), progress(300, MOST_THROTTLE), toBytes(9999))).toBe(toBytes(MOST_THROTTLE))
  })
})
