import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { pythonEnvironment } from '../../emulator/python-environment.ts'

const Report = z.array(
  z.object({
    Filename: z.string(),
    Level: z.enum(['Error', 'Warning']),
    Location: z.object({ Path: z.array(z.union([z.string(), z.number()])).nullable() }),
    Message: z.string(),
    Rule: z.object({ Id: z.string() }),
  }),
)

const Template = z.object({ Resources: z.record(z.string(), z.object({ Type: z.string() })) })

/** What the linter holds against a template. */
export interface Finding {
  readonly rule: string
  readonly message: string
  /** The type of the resource at fault; empty where it is about the template. */
  readonly type: string
  /** Where in the template, such as `Resources/Table/Properties/KeySchema`. */
  readonly path: string
}

/** A file of several hundred resources takes five seconds; this is for one that hangs. */
const LIMIT_MILLISECONDS = 120_000
/** Its report names every finding with its rule. */
const LARGEST_REPORT_BYTES = 64 * 1024 * 1024

/**
 * Lints every template of an assembly with cfn-lint: against the schemas of the region's resource types that come with it, so
 * without asking anybody. Its exit code says that there are findings; a report that is none is an error here.
 */
export async function runCfnLint(directory: string, region: string): Promise<readonly Finding[]> {
  const programs = await pythonEnvironment('cfn-lint')
  const templates = (await readdir(directory)).filter((file) => file.endsWith('.template.json'))
  if (templates.length === 0) throw new Error(`${directory} has no template`)
  const { stdout } = await promisify(execFile)(
    join(programs, 'cfn-lint'),
    ['--format', 'json', '--regions', region, '--', ...templates],
    {
      cwd: directory,
      // Nothing of a developer's own settings, and no proxy to ask through.
      env: { PATH: process.env.PATH, HOME: directory },
      timeout: LIMIT_MILLISECONDS,
      maxBuffer: LARGEST_REPORT_BYTES,
    },
  ).catch((failed: { stdout?: string; stderr?: string }) => {
    if (!failed.stdout?.startsWith('[')) throw new Error(`cfn-lint did not run: ${failed.stderr}`, { cause: failed })
    return { stdout: failed.stdout }
  })
  const types = new Map<string, string>()
  for (const file of templates) {
    const { Resources } = Template.parse(JSON.parse(await readFile(join(directory, file), 'utf8')))
    for (const [id, { Type }] of Object.entries(Resources)) types.set(`${file}/${id}`, Type)
  }
  return Report.parse(JSON.parse(stdout)).map(({ Filename, Location, Message, Rule }) => {
    const path = Location.Path ?? []
    return {
      rule: Rule.Id,
      message: Message,
      type: types.get(`${Filename}/${path[1]}`) ?? '',
      path: path.join('/'),
    }
  })
}
