import { readdir, readFile, realpath } from 'node:fs/promises'

/** The loop devices that a file is attached to: while there is one, some mount of it is left somewhere on this machine. */
export async function loopDevicesOf(imageFile: string): Promise<readonly string[]> {
  const image = await realpath(imageFile).catch(() => imageFile)
  const names = (await readdir('/sys/block').catch(() => [])).filter((name) => name.startsWith('loop'))
  const attached = await Promise.all(
    names.map(async (name) => {
      const backing = await readFile(`/sys/block/${name}/loop/backing_file`, 'utf8').catch(() => '')
      return backing.trim().replace(/ \(deleted\)$/u, '') === image ? [`/dev/${name}`] : []
    }),
  )
  return attached.flat()
}
