import { expect, it } from 'vitest'
import { deviceAt } from '../../../agent/volume/mounts.ts'

const mounts = `/dev/vda / ext4 rw 0 0
/dev/loop3 /home/a\\040b/volume xfs rw,noatime 0 0
/dev/loop1 /mnt/twice xfs rw 0 0
/dev/loop2 /mnt/twice xfs rw 0 0
`

it('finds the device of a mount point, also of one with a space in its name', () => {
  expect(deviceAt(mounts, '/home/a b/volume')).toBe('/dev/loop3')
})

it('finds the mount that hides an earlier one', () => {
  expect(deviceAt(mounts, '/mnt/twice')).toBe('/dev/loop2')
})

it('finds nothing where nothing is mounted', () => {
  expect(deviceAt(mounts, '/home')).toBeUndefined()
})
