import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'

/** The top of the repository. */
export const ROOT = resolve(import.meta.dirname, '../..')

/** A page that people read: its path from the top, and its text. */
export interface Page {
  readonly path: string
  readonly text: string
}

/** Folders that are made and not written. */
const MADE = new Set(['node_modules', '.git', '.venv', '.weir', 'cdk.out', 'coverage'])

/** Every file below a folder, as paths from the top of the repository. */
export function filesBelow(folder: string): readonly string[] {
  if (!existsSync(join(ROOT, folder))) return []
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    if (MADE.has(entry.name)) return []
    const path = relative(ROOT, join(ROOT, folder, entry.name))
    return entry.isDirectory() ? filesBelow(path) : [path]
  })
}

/** The text of a file. */
export function textOf(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}

/** Every page of the documentation. */
export const PAGES: readonly Page[] = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...filesBelow('docs')]
  .filter((path) => path.endsWith('.md'))
  .map((path) => ({ path, text: textOf(path) }))

const FENCE = /^```.*?^```$/gmsu

/** The text without its blocks of code. */
export function proseOf({ text }: Page): string {
  return text.replaceAll(FENCE, '')
}

/** Everything that stands as code within a line. */
export function inlineCodeOf(page: Page): readonly string[] {
  return [...proseOf(page).matchAll(/`([^`\n]+)`/gu)].map(([, code = '']) => code)
}

/** Every line of every block of code; a line that goes on behind a backslash counts as one. */
export function codeLinesOf({ text }: Page): readonly string[] {
  return [...text.matchAll(FENCE)].flatMap(([block]) =>
    block
      .replaceAll(/\\\n\s*/gu, ' ')
      .split('\n')
      .slice(1, -1),
  )
}
