import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { EXIT } from '../../../cli/exit-codes.ts'
import { parseProperties } from '../../../shared/kafka/properties-file.ts'
import { changeCluster } from '../../../shared/state/change-cluster.ts'
import { CA_PEM } from '../../api/harness.ts'
import { activeCluster, json, order, weir } from '../command-line.ts'
import { freshApi } from '../fresh-api.ts'

const api = freshApi()
const folder = () => join(api().home, 'client files')
const connect = (...more: readonly string[]) => ['clusters', 'connect', 'orders', '--out', folder(), ...more]
const read = (name: string) => readFile(join(folder(), name), 'utf8')

describe('weir clusters connect', () => {
  it('creates a user and writes files that hold all a client needs', async () => {
    await activeCluster(api())
    const ran = await weir(api(), connect('--user', 'app', '--role', 'producer', '--topic-prefix', 'orders.'))
    expect(ran.code).toBe(EXIT.ok)
    const password = api().ports.kafka.users.get('app') ?? ''
    expect(password).not.toBe('')
    const servers = '10.0.0.1:9092,10.0.0.2:9092,10.0.0.3:9092'
    expect(await read('ca.pem')).toBe(CA_PEM)
    expect((await read('kcat.conf')).split('\n')).toEqual(
      expect.arrayContaining([
        `bootstrap.servers=${servers}`,
        'security.protocol=SASL_SSL',
        'sasl.username=app',
        `sasl.password=${password}`,
        `ssl.ca.location=${folder()}/ca.pem`,
      ]),
    )
    const java = parseProperties(await read('client.properties'))
    expect(java.get('bootstrap.servers')).toBe(servers)
    expect(java.get('sasl.jaas.config')).toContain(`username="app" password="${password}";`)
    expect(java.get('ssl.truststore.location')).toBe(`${folder()}/ca.pem`)
    expect(await read('connect.mjs')).toContain(JSON.stringify(password))
    expect(await read('connect.mjs')).toContain('"orders.my-app"')
    expect(ran.out).toContain(`kcat -F '${folder()}/kcat.conf'`)
    expect(ran.out).not.toContain(password)
  })

  it('writes the public servers where that is asked for, and refuses where there are none', async () => {
    const { clusterId } = await activeCluster(api())
    const refused = await weir(api(), connect('--public'))
    expect(refused.code).toBe(EXIT.refused)
    expect(refused.err).toContain('has no public access')
    expect(api().ports.kafka.users.size).toBe(0)
    await changeCluster(api().ports, { tenantId: 'acme', clusterId }, (draft) =>
      draft.setCluster({ publicNames: { bootstrap: 'bootstrap-public.clu-1.kafka.example.com' } }),
    )
    expect((await weir(api(), connect('--public'))).code).toBe(EXIT.ok)
    expect(await read('kcat.conf')).toContain('bootstrap.servers=bootstrap-public.clu-1.kafka.example.com:9094\n')
    const shown = await weir(api(), ['clusters', 'get', 'orders'])
    expect(shown.out).toMatch(/Public bootstrap servers\s+bootstrap-public\.clu-1\.kafka\.example\.com:9094/)
  })

  it('lets nobody else read the files, also those that were there before', async () => {
    await activeCluster(api())
    await weir(api(), connect())
    for (const name of await readdir(folder())) await chmod(join(folder(), name), 0o644)
    await writeFile(join(folder(), 'other'), '')
    await weir(api(), connect())
    expect((await stat(folder())).mode & 0o777).toBe(0o700)
    for (const name of ['ca.pem', 'kcat.conf', 'client.properties', 'connect.mjs']) {
      expect((await stat(join(folder(), name))).mode & 0o777).toBe(0o600)
    }
  })

  it('uses a user that exists when its password is given, and creates none', async () => {
    await activeCluster(api())
    for (const [args, around] of [
      [connect('--user', 'old', '--password-stdin'), { input: 'geheim\n' }],
      [connect('--user', 'old'), { environment: { WEIR_KAFKA_PASSWORD: 'geheim' } }],
    ] as const) {
      expect((await weir(api(), args, around)).code).toBe(EXIT.ok)
      expect(await read('kcat.conf')).toContain('sasl.password=geheim\n')
    }
    expect(api().ports.kafka.users.size).toBe(0)
  })

  it('says what to do when the user exists and no password is given', async () => {
    await activeCluster(api())
    await weir(api(), connect('--user', 'app'))
    const ran = await weir(api(), connect('--user', 'app'))
    expect(ran.code).toBe(EXIT.refused)
    expect(ran.err).toContain('--password-stdin')
  })

  it('creates the user anew when its password was lost on the way', async () => {
    await activeCluster(api())
    api().ports.kafka.loseAnswerOf('putUser')
    const ran = await weir(api(), connect('--user', 'app'))
    expect(ran.code).toBe(EXIT.ok)
    expect(await read('kcat.conf')).toContain(`sasl.password=${api().ports.kafka.users.get('app')}\n`)
  })

  it('writes nothing and says what to wait for when the cluster is not there yet', async () => {
    const { operationId } = await order(api())
    const ran = await weir(api(), connect())
    expect(ran.code).toBe(EXIT.refused)
    expect(ran.err).toContain(`weir operations watch ${operationId}`)
    await expect(readdir(folder())).rejects.toThrow('ENOENT')
  })

  it('names the files and not the password with -o json', async () => {
    await activeCluster(api())
    const ran = await weir(api(), connect('-o', 'json'))
    expect(json(ran)).toMatchObject({ user: expect.stringMatching(/^client-[0-9a-f]{8}$/), folder: folder() })
    expect(Object(json(ran)).files).toHaveLength(4)
  })

  it('refuses a password without a user', async () => {
    await activeCluster(api())
    expect((await weir(api(), connect('--password-stdin'), { input: 'x' })).code).toBe(EXIT.usage)
    expect((await weir(api(), connect('--user', 'a', '--password-stdin'), { input: '\n' })).code).toBe(EXIT.usage)
  })
})
