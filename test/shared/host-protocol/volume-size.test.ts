import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { leastTotalBytes } from '../../../shared/host-protocol/volume-size.ts'

const GIB = 1024 ** 3

describe('the least total of a file system', () => {
  it('is met by what XFS says of fresh volumes and of grown ones', () => {
    // Measured: 1 GiB made, and 1 GiB grown to 2 GiB, keep their journal of 64 MiB.
    expect(1 * GIB - 64 * 1024 ** 2).toBeGreaterThanOrEqual(leastTotalBytes(1))
    expect(2 * GIB - 64 * 1024 ** 2).toBeGreaterThanOrEqual(leastTotalBytes(2))
  })

  it('is not met by any smaller volume up to 2 TiB, however little smaller and however small its journal', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 2048 }), (volumeGiB) => {
        expect((volumeGiB - 1) * GIB - 64 * 1024 ** 2).toBeLessThan(leastTotalBytes(volumeGiB))
      }),
    )
  })

  it('grows with the size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 16_383 }), (volumeGiB) => {
        expect(leastTotalBytes(volumeGiB)).toBeLessThan(leastTotalBytes(volumeGiB + 1))
      }),
    )
  })
})
