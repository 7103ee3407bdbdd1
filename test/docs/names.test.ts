import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createProgram } from '../../cli/program.ts'
import { processTerminal } from '../../cli/terminal.ts'
import { ERRORS } from '../../shared/errors/catalogue.ts'
import { HostProblem } from '../../shared/host-protocol/report.ts'
import { codeLinesOf, filesBelow, inlineCodeOf, PAGES, textOf } from './pages.ts'

/** A terminal that nobody looks at, for asking the command line about itself. */
const silent = { ...processTerminal(new AbortController().signal), out: () => {}, note: () => {} }

const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(textOf('package.json')))
const README = textOf('README.md')

const VARIABLE = /\bWEIR_[A-Z_]*[A-Z]\b/gu
const CODE_FOLDERS = ['agent', 'cli', 'functions', 'infra', 'local', 'shared', 'workflows', 'test', '.ci']
const variablesIn = (text: string) => [...text.matchAll(VARIABLE)].map(([name]) => name)
const IN_CODE = new Set(
  CODE_FOLDERS.flatMap(filesBelow)
    .filter((path) => !path.startsWith('test/docs/'))
    .flatMap((path) => variablesIn(textOf(path))),
)

/** Every npm script that a text calls. */
function scriptsIn(text: string): readonly string[] {
  const run = [...text.matchAll(/\bnpm run (?:-+[\w-]+ )*([a-z][\w:-]*)/gu)].map(([, name = '']) => name)
  return [...run, ...[...text.matchAll(/\bnpm (test|start)\b/gu)].map(([, name = '']) => name)]
}

/** The words behind `weir --` of every call of the command line in a page. */
function callsOf(page: (typeof PAGES)[number]): readonly string[] {
  return [...codeLinesOf(page), ...inlineCodeOf(page)].flatMap((line) =>
    [...line.matchAll(/\bnpm run (?:--silent )?weir -- ([^|#)>&]+)/gu)].map(([, words = '']) => words.trim()),
  )
}

/** What is wrong with a call: a command or an option that the command line does not have. */
function mistakeIn(call: string): string | undefined {
  if (call === '…' || call === '--help') return undefined
  const words = call.split(/\s+/u)
  let command = createProgram(silent)
  const options = command.options.flatMap(({ short, long }) => [short, long])
  for (const word of words) {
    const next = command.commands.find((candidate) => candidate.name() === word)
    if (!next) break
    command = next
  }
  if (command.commands.length > 0) return `${call}: no such command`
  options.push(...command.options.flatMap(({ short, long }) => [short, long]), '-h', '--help')
  const unknown = words.find((word) => /^--?[a-z]/u.test(word) && !options.includes(word))
  return unknown === undefined ? undefined : `${call}: no option ${unknown}`
}

describe.each(PAGES.map((page) => [page.path, page] as const))('%s', (_path, page) => {
  it('calls only npm scripts that exist', () => {
    expect(scriptsIn(page.text).filter((name) => !Object.hasOwn(scripts, name))).toEqual([])
  })

  it('calls only commands and options that the command line has', () => {
    expect(callsOf(page).flatMap((call) => mistakeIn(call) ?? [])).toEqual([])
  })

  it('names only environment variables that the code reads', () => {
    expect(variablesIn(page.text).filter((name) => !IN_CODE.has(name))).toEqual([])
  })

  it('names only error codes that exist', () => {
    const known = new Set([...Object.keys(ERRORS), ...HostProblem.shape.code.options])
    const named = inlineCodeOf(page).filter((code) => /^[A-Z]+(?:_[A-Z]+)+$/u.test(code) && !code.startsWith('WEIR_'))
    expect(named.filter((code) => !known.has(code))).toEqual([])
  })
})

describe('the README', () => {
  it('lists every npm script', () => {
    expect(Object.keys(scripts).filter((name) => !scriptsIn(README).includes(name))).toEqual([])
  })

  it('lists every environment variable that the code reads', () => {
    expect([...IN_CODE].filter((name) => !variablesIn(README).includes(name))).toEqual([])
  })
})

it('the decision about dependencies names each of them and no other', () => {
  const page = PAGES.find(({ path }) => path.endsWith('0014-dependencies.md'))
  const rows = page?.text.split('\n').filter((line) => line.startsWith('| `')) ?? []
  const named = rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/gu)].map(([, name]) => name))
  const Dependencies = z.record(z.string(), z.string())
  const { dependencies, devDependencies, optionalDependencies } = z
    .object({ dependencies: Dependencies, devDependencies: Dependencies, optionalDependencies: Dependencies })
    .parse(JSON.parse(textOf('package.json')))
  const all = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies })
  expect(named.toSorted()).toEqual(all.toSorted())
})
