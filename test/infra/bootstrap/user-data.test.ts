import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { AgentConfig } from '../../../agent/config.ts'
import { exitCodes } from '../../../agent/exit-codes.ts'
import { userData } from '../../../infra/bootstrap/user-data.ts'

const DIGEST = 'a'.repeat(64)
const PROPS = {
  artifactBucket: 'weir-prod-artifacts',
  region: 'eu-central-1',
  hostApiUrl: 'https://abc.execute-api.eu-central-1.amazonaws.com/live/',
  manifestSha256: DIGEST,
}

/** What the script writes into a file. */
function written(file: string): string {
  const [, text] = userData(PROPS).split(`cat >${file} <<'END'\n`)
  return text?.split('\nEND\n')[0] ?? ''
}

it('is a script that bash can read, and small enough for EC2', () => {
  execFileSync('bash', ['-n'], { input: userData(PROPS) })
  // EC2 takes 16 KB before they are encoded.
  expect(userData(PROPS).length).toBeLessThan(4096)
})

it('configures the agent as the agent reads it', () => {
  const config = AgentConfig.parse(JSON.parse(written('/etc/weir/agent.json')))
  expect(config).toMatchObject({
    controlPlaneUrl: PROPS.hostApiUrl,
    credentials: { kind: 'instance', region: 'eu-central-1' },
    artifacts: { bucket: 'weir-prod-artifacts', region: 'eu-central-1' },
    volume: { kind: 'ebs' },
    platform: 'ec2',
    kafkaUser: 'kafka',
  })
  expect(config.bootId).toBeUndefined()
  expect(() => AgentConfig.parse({ ...config, kafkaUser: undefined })).toThrow('must be given on EC2')
})

it('has systemd leave Kafka alone, and an agent down that was succeeded', () => {
  const unit = written('/etc/systemd/system/weir-agent.service').split('\n')
  expect(unit).toContain('KillMode=process')
  expect(unit).toContain('Restart=on-failure')
  expect(unit).toContain('StandardOutput=journal+console')
  expect(unit).toContain(`RestartPreventExitStatus=${exitCodes.stale}`)
  expect(unit.filter((line) => /^(Private|Protect|ReadOnly|Mount)/u.test(line))).toEqual([])
})

it('leaves the agent the capabilities that it needs, and nothing that it starts any further ones', () => {
  const unit = written('/etc/systemd/system/weir-agent.service').split('\n')
  expect(unit).toContain('NoNewPrivileges=yes')
  const [capabilities = ''] = unit.filter((line) => line.startsWith('CapabilityBoundingSet='))
  expect(capabilities.split(/[= ]/u).slice(1)).toEqual(capabilities.match(/CAP_[A-Z_]+/gu))
  for (const root of ['SYS_MODULE', 'SYS_PTRACE', 'SYS_RAWIO', 'NET_RAW', 'MKNOD', 'BPF'])
    expect(capabilities).not.toContain(root)
})

it('makes the user of Kafka before the agent is started, with the same number on all hosts', () => {
  const script = userData(PROPS)
  const made = script.indexOf('useradd --system --uid 9092 ')
  expect(made).toBeGreaterThan(script.indexOf('again dnf install'))
  expect(made).toBeLessThan(script.indexOf('systemctl enable --now'))
})

it('trusts one digest, and installs from the release of the image where no other is given', () => {
  expect(new Set(userData(PROPS).match(/\b[0-9a-f]{64}\b/gu))).toEqual(new Set([DIGEST]))
  expect(userData(PROPS)).toContain('--releasever="$(rpm -q --qf %{VERSION} system-release)"')
  expect(userData({ ...PROPS, amazonLinuxRelease: '2023.9.20251105' })).toContain('--releasever="2023.9.20251105"')
})
