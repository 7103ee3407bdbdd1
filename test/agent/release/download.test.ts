import { expect, it } from 'vitest'
import { objectUrl } from '../../../agent/release/download.ts'

it.each([
  ['eu-central-1', 'https://artefacts.s3.eu-central-1.amazonaws.com/agent/a.mjs'],
  ['cn-north-1', 'https://artefacts.s3.cn-north-1.amazonaws.com.cn/agent/a.mjs'],
])('looks for the bucket at the regional address of %s', (region, url) => {
  expect(objectUrl({ bucket: 'artefacts', region }, 'agent/a.mjs').href).toBe(url)
})
