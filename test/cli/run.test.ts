import { describe, expect, it } from 'vitest'
import { EXIT } from '../../cli/exit-codes.ts'
import { start, weir } from './command-line.ts'
import { freshApi } from './fresh-api.ts'
import { scriptedServer } from './scripted-server.ts'

const api = freshApi()

describe('exit codes', () => {
  it('ends with 0 and the help on standard output when help is asked for', async () => {
    const ran = await start(['clusters', 'create', '--help']).ended
    expect(ran).toMatchObject({ code: EXIT.ok, err: '' })
    expect(ran.out).toContain('--volume-gib')
    expect(ran.out).toContain('WEIR_TOKEN')
  })

  it('lists every exit code in the help', async () => {
    const { out } = await start(['--help']).ended
    for (const code of Object.values(EXIT)) expect(out).toMatch(new RegExp(`^ +${code}  \\w`, 'm'))
  })

  it.each([
    ['an unknown command', ['clusters', 'craete']],
    ['an unknown option', ['clusters', 'list', '--colour']],
    ['a missing argument', ['clusters', 'get']],
    ['a number that is none', ['clusters', 'create', '--volume-gib', 'many']],
    ['an output that does not exist', ['catalog', '-o', 'xml']],
    ['a URL that is none', ['catalog', '--url', 'localhost']],
    ['a tenant that cannot be one', ['catalog', '--tenant', 'Acme#1']],
  ])('ends with 2 on %s', async (_what, args) => {
    const ran = await weir(api(), args)
    expect(ran).toMatchObject({ code: EXIT.usage, out: '' })
    expect(ran.err).not.toBe('')
  })

  it('ends with 2 and says how to get one when there is neither token nor tenant', async () => {
    const ran = await start(['clusters', 'list'], { environment: { WEIR_URL: api().url } }).ended
    expect(ran.code).toBe(EXIT.usage)
    expect(ran.err).toContain('WEIR_TOKEN')
    expect(ran.err).toContain('--tenant')
  })

  it('ends with 3 when the API refuses', async () => {
    expect(await weir(api(), ['clusters', 'get', 'nowhere'])).toMatchObject({ code: EXIT.refused, out: '' })
  })

  it('ends with 3 on a token of another issuer and says how to get a good one', async () => {
    const ran = await weir(api(), ['clusters', 'list'], { environment: { WEIR_TOKEN: 'e30.e30.e30' } })
    expect(ran.code).toBe(EXIT.refused)
    expect(ran.err).toContain('UNAUTHENTICATED')
    expect(ran.err).toContain('weir token')
  })

  it('ends with 4 and names the address when nobody answers there', async () => {
    const { url, ...server } = await scriptedServer([])
    await server[Symbol.asyncDispose]()
    const ran = await start(['clusters', 'list'], { environment: { WEIR_URL: url, WEIR_TOKEN: 'any' } }).ended
    expect(ran).toMatchObject({ code: EXIT.unavailable, out: '' })
    expect(ran.err).toContain(`${url} does not answer: ECONNREFUSED`)
  })

  it('gives the problem document as it came with -o json', async () => {
    const ran = await weir(api(), ['clusters', 'create', '--name', 'X', '-o', 'json'])
    expect(JSON.parse(ran.err)).toMatchObject({ code: 'INVALID_FIELD', status: 422, errors: expect.any(Array) })
  })
})
