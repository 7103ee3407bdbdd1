import { readFile } from 'node:fs/promises'

/** The device that is mounted at a path in this process's mount namespace, or undefined. The last mount there counts. */
export async function mountedDevice(mountPoint: string): Promise<string | undefined> {
  return deviceAt(await readFile('/proc/self/mounts', 'utf8'), mountPoint)
}

/** The same, out of the text of a mount table. */
export function deviceAt(mounts: string, mountPoint: string): string | undefined {
  return mountsOf(mounts).findLast(({ target }) => target === mountPoint)?.source
}

/** What is mounted where, by the text of a mount table. */
export function mountsOf(mounts: string): readonly { readonly source: string; readonly target: string }[] {
  return mounts.split('\n').flatMap((line) => {
    const [source, target] = line.split(' ')
    return source === undefined || target === undefined
      ? []
      : [{ source: unescapeOctal(source), target: unescapeOctal(target) }]
  })
}

const unescapeOctal = (text: string): string =>
  text.replace(/\\([0-7]{3})/gu, (_whole, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))
