import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

const ENVIRONMENTS = resolve(import.meta.dirname, '../../.venv')

/** Makes the environment `$0` of what `$1` pins, unless it is there and of these versions. */
const MAKE = `
cmp --silent "$1" "$0/installed-requirements.txt" && exit
rm -rf "$0"
python3 -m venv "$0"
"$0/bin/python" -m pip install --quiet --no-compile --disable-pip-version-check --require-hashes -r "$1"
cp "$1" "$0/installed-requirements.txt"
`

/**
 * Gives the folder of programs of a virtual environment below `.venv/` with what `<name>-requirements.txt` beside this file
 * pins, each by its hash. It is made when it is missing or of other versions; of two tests that want it at once, one waits.
 */
export async function pythonEnvironment(
  name: 'aws-cli' | 'aws-emulator' | 'cfn-lint' | 'moto' | 'schemathesis',
): Promise<string> {
  const requirements = join(import.meta.dirname, `${name}-requirements.txt`)
  const environment = join(ENVIRONMENTS, name)
  await mkdir(ENVIRONMENTS, { recursive: true })
  const make = ['bash', '-euc', MAKE, environment, requirements]
  await promisify(execFile)('flock', [`${environment}.lock`, ...make]).catch((cause: unknown) => {
    throw new Error(`${name} needs Python 3.11+ with venv: apt-get install python3-venv`, { cause })
  })
  return join(environment, 'bin')
}
