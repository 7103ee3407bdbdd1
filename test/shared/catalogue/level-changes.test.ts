import { expect, it } from 'vitest'
import { KAFKA_VERSION_NAMES, levelsOfRelease } from '../../../shared/catalogue/kafka-versions.ts'
import { isUnfinalised, levelChanges, returnsOf, withLevel } from '../../../shared/catalogue/level-changes.ts'

const [OLD, NEW] = [levelsOfRelease('3.7.1'), levelsOfRelease('4.3.1')]

it('metadata goes up first and comes down last, and each change leads to the wanted levels', () => {
  const up = levelChanges(OLD, NEW)
  expect(up.map(({ feature }) => feature)).toEqual([
    'metadata.version',
    'group.version',
    'transaction.version',
    'eligible.leader.replicas.version',
    'share.version',
    'streams.version',
  ])
  const down = levelChanges(NEW, OLD)
  expect(down.at(-1)).toEqual({ feature: 'metadata.version', from: 30, to: 19 })
  for (const [from, changes, to] of [
    [OLD, up, NEW],
    [NEW, down, OLD],
  ] as const)
    expect(changes.reduce((levels, { feature, to: level }) => withLevel(levels, feature, level), from)).toEqual(to)
})

it('a release is finalised exactly with its own levels', () => {
  for (const version of KAFKA_VERSION_NAMES) {
    const others = KAFKA_VERSION_NAMES.filter((other) => other !== version)
    expect(isUnfinalised(levelsOfRelease(version), version)).toBe(false)
    for (const other of others) expect(isUnfinalised(levelsOfRelease(other), version)).toBe(true)
  }
})

it('levels go back from 3.9 to 3.7 only', () => {
  expect(KAFKA_VERSION_NAMES.map((version) => returnsOf(levelsOfRelease(version)))).toEqual([[], ['3.7.1'], []])
  // Half finalised is as final as metadata is.
  expect(returnsOf({ 'metadata.version': 30 })).toEqual([])
})
