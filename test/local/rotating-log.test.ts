import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { pinoLog } from '../../functions/adapters/pino-log.ts'
import { openRotatingLog } from '../../local/rotating-log.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-rotating-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const read = (name: string) => readFileSync(join(folder, name), 'utf8')

describe('the log of one machine', () => {
  it('is bounded: full files move on by one, the oldest goes, and no line is divided', () => {
    const log = openRotatingLog(join(folder, 'weir.log'), 10, 2)
    for (const line of ['one\n', 'two\n', 'three\n', 'four\n', 'five\n', 'six\n', 'seven\n', 'eight\n']) log.write(line)
    log.close()
    expect(readdirSync(folder).toSorted()).toEqual(['weir.log', 'weir.log.1', 'weir.log.2'])
    expect([read('weir.log.2'), read('weir.log.1'), read('weir.log')]).toEqual([
      'four\nfive\n',
      'six\nseven\n',
      'eight\n',
    ])
  })

  it('goes on in the file that is there, and counts what is in it', () => {
    openRotatingLog(join(folder, 'weir.log'), 10, 2).write('12345678\n')
    const again = openRotatingLog(join(folder, 'weir.log'), 10, 2)
    again.write('next\n')
    again.close()
    expect([read('weir.log.1'), read('weir.log')]).toEqual(['12345678\n', 'next\n'])
  })

  it('writes a line that alone is larger than a file', () => {
    const log = openRotatingLog(join(folder, 'weir.log'), 4, 1)
    log.write('much too long\n')
    log.write('short\n')
    log.close()
    expect([read('weir.log.1'), read('weir.log')]).toEqual(['much too long\n', 'short\n'])
  })

  it('takes the lines of the structured log as they are', () => {
    const stream = openRotatingLog(join(folder, 'weir.log'))
    pinoLog({}, { stream }).warn('half full', { clusterId: 'clu_1' })
    stream.close()
    expect(JSON.parse(read('weir.log'))).toMatchObject({ level: 'warn', message: 'half full', clusterId: 'clu_1' })
  })
})
