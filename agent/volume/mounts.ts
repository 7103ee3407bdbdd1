import { readFile } from 'node:fs/promises'

/** The device that is mounted at a path in this process's mount namespace, or undefined. The last mount there counts. */
export async function mountedDevice(mountPoint: string): Promise<string | undefined> {
  return deviceAt(await readFile('/proc/self/mounts', 'utf8'), mountPoint)
}

/** The same, out of the text of a mount table. */
export function deviceAt(mounts: string, mountPoint: string): string | undefined {
  const line = mounts
    .split('\n')
    .map((text) => text.split(' '))
    .findLast(([, target = '']) => unescapeOctal(target) === mountPoint)
  return line?.[0] === undefined ? undefined : unescapeOctal(line[0])
}

const unescapeOctal = (text: string): string =>
  text.replace(/\\([0-7]{3})/gu, (_whole, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))
