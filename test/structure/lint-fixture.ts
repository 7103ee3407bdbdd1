import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { z } from 'zod'

const ROOT = resolve(import.meta.dirname, '../..')

const Report = z.object({
  diagnostics: z.array(
    z.looseObject({ category: z.string().nullable(), location: z.looseObject({ path: z.unknown() }) }),
  ),
})

/**
 * Lints files that were made up, with the project's own rules, in a folder of its own; gives the paths of those that
 * break an import rule.
 */
export function filesBreakingImportRules(files: Readonly<Record<string, string>>): ReadonlySet<string> {
  const folder = mkdtempSync(join(tmpdir(), 'weir-lint-'))
  try {
    copyFileSync(join(ROOT, 'biome.json'), join(folder, 'biome.json'))
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), content)
    }
    const { diagnostics } = Report.parse(JSON.parse(lint(folder)))
    return new Set(
      diagnostics
        .filter(({ category }) => category === 'lint/style/noRestrictedImports')
        .map(({ location }) => pathIn(location.path)),
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Biome ends with 1 when it found something, which is what is wanted here. */
function lint(folder: string): string {
  const rules = ['--only=style/noRestrictedImports', '--reporter=json', '--max-diagnostics=none', '--vcs-enabled=false']
  const biome = join(ROOT, 'node_modules/.bin/biome')
  try {
    return execFileSync(biome, ['lint', ...rules, '.'], { cwd: folder, stdio: 'pipe', maxBuffer: 2 ** 28 }).toString()
  } catch (error) {
    if (error instanceof Error && 'stdout' in error && Buffer.isBuffer(error.stdout)) return error.stdout.toString()
    throw error
  }
}

function pathIn(path: unknown): string {
  const text = typeof path === 'string' ? path : z.object({ file: z.string() }).parse(path).file
  return text.replace(/^\.\//, '')
}
