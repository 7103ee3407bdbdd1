import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** The same files under the same names always give the same bytes: order, owner, rights and times are fixed, and gzip keeps no name. */
const REPRODUCIBLE = [
  '--format=ustar',
  '--mtime=@0',
  '--owner=0',
  '--group=0',
  '--numeric-owner',
  '--mode=u=rwX,go=rX',
  '--use-compress-program=gzip --no-name',
]

/** Packs files of a folder, by their names in it, into a reproducible `.tar.gz`. Needs GNU tar and gzip. */
export async function pack(folder: string, names: readonly string[], file: string): Promise<void> {
  await promisify(execFile)('tar', [
    '--create',
    '--file',
    file,
    ...REPRODUCIBLE,
    '--directory',
    folder,
    '--',
    ...names.toSorted(),
  ])
}
