import { accessSync, constants } from 'node:fs'

const programsOfVolumes = ['mkfs.xfs', 'xfs_growfs', 'blkid', 'losetup', 'mount', 'unshare']

/** Whether this machine gives hosts namespaces and real volumes of their own: it takes root and xfsprogs. */
export function canIsolate(): boolean {
  return process.getuid?.() === 0 && programsOfVolumes.every(isInstalled)
}

// Administrators' programs are not on everybody's PATH.
function isInstalled(program: string): boolean {
  return ['/usr/sbin', '/usr/bin', '/sbin', '/bin'].some((folder) => {
    try {
      accessSync(`${folder}/${program}`, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
