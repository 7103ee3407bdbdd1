import { expect, it } from 'vitest'
import { KAFKA_VERSION_NAMES, levelsOfRelease } from '../../../shared/catalogue/kafka-versions.ts'
import { isUnfinalised, levelChanges, releaseOfLevels } from '../../../shared/catalogue/level-changes.ts'

const [OLD, NEW] = [levelsOfRelease('3.7.1'), levelsOfRelease('4.3.1')]

it('metadata comes first, and the changes lead to the wanted levels', () => {
  const changes = levelChanges(OLD, NEW)
  expect(changes.map(({ feature, from, to }) => [feature, from, to])).toEqual([
    ['metadata.version', 19, 30],
    ['group.version', 0, 1],
    ['transaction.version', 0, 2],
    ['eligible.leader.replicas.version', 0, 1],
    ['share.version', 0, 1],
    ['streams.version', 0, 1],
  ])
  expect({ ...OLD, ...Object.fromEntries(changes.map(({ feature, to }) => [feature, to])) }).toEqual(NEW)
})

it('a release is finalised exactly with its own levels', () => {
  for (const version of KAFKA_VERSION_NAMES) {
    const others = KAFKA_VERSION_NAMES.filter((other) => other !== version)
    expect(isUnfinalised(levelsOfRelease(version), version)).toBe(false)
    for (const other of others) expect(isUnfinalised(levelsOfRelease(other), version)).toBe(true)
  }
})

it('levels between those of two releases are those of the older one', () => {
  expect(releaseOfLevels({ 'metadata.version': 25 })).toBe('3.9.2')
  expect(releaseOfLevels({ 'metadata.version': 18 })).toBeUndefined()
})
