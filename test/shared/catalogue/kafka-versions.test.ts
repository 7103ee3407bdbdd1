import { expect, it } from 'vitest'
import { KAFKA_VERSION_NAMES, levelsOfRelease, metadataVersionName } from '../../../shared/catalogue/kafka-versions.ts'

it('every release has levels of its own, never one of the quorum, and each has the name that format takes', () => {
  const levels = KAFKA_VERSION_NAMES.map(levelsOfRelease)
  expect(new Set(levels.map((each) => each['metadata.version'])).size).toBe(levels.length)
  for (const each of levels) expect(each).not.toHaveProperty(['kraft.version'])
  expect(levels.map(metadataVersionName)).toEqual(['3.7-IV4', '3.9-IV0', '4.3-IV0'])
  expect(metadataVersionName({ 'metadata.version': 20 })).toBe('3.7-IV4')
  expect(() => metadataVersionName({ 'metadata.version': 18 })).toThrow('metadata level 18')
})
