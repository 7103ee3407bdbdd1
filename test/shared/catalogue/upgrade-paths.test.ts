import { describe, expect, it } from 'vitest'
import { KAFKA_VERSION_NAMES, levelsOfRelease } from '../../../shared/catalogue/kafka-versions.ts'
import { isNewer, isOnPath, levelsBeyond, oldestOf, UPGRADE_PATHS } from '../../../shared/catalogue/upgrade-paths.ts'

describe('the paths between releases', () => {
  it('lead to newer releases only, and from each one to every newer one', () => {
    for (const from of KAFKA_VERSION_NAMES)
      expect([from, UPGRADE_PATHS[from]]).toEqual([from, KAFKA_VERSION_NAMES.filter((to) => isNewer(to, from))])
  })

  it('can be gone back', () => {
    for (const from of KAFKA_VERSION_NAMES)
      for (const to of KAFKA_VERSION_NAMES) expect(isOnPath(from, to)).toBe(isOnPath(to, from))
    expect(isOnPath('4.3.1', '3.7.1')).toBe(true)
  })

  it('know which release came first, as their numbers say', () => {
    const byNumber = KAFKA_VERSION_NAMES.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    expect(KAFKA_VERSION_NAMES).toEqual(byNumber)
    expect(oldestOf('4.3.1', '3.9.2', '4.3.1')).toBe('3.9.2')
    expect(isNewer('3.9.2', '3.9.2')).toBe(false)
  })
})

describe('a release', () => {
  it('knows the levels of its own and of older ones, and names those that it does not know', () => {
    expect(levelsBeyond('4.3.1', levelsOfRelease('3.7.1'))).toEqual([])
    expect(levelsBeyond('3.9.2', levelsOfRelease('3.9.2'))).toEqual([])
    expect(levelsBeyond('3.7.1', levelsOfRelease('3.9.2'))).toEqual(['metadata.version 21'])
    expect(levelsBeyond('3.9.2', { 'metadata.version': 21, 'group.version': 1 })).toEqual(['group.version 1'])
  })
})
