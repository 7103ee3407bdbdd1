import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { filesBreakingImportRules } from './lint-fixture.ts'

const ROOT = resolve(import.meta.dirname, '../..')

const PARTS = ['shared', 'workflows', 'functions', 'infra', 'agent', 'local', 'cli', 'console', 'test'] as const
type Part = (typeof PARTS)[number]

const AWS = '@aws-sdk/client-sfn'
const KAFKA = '@platformatic/kafka'
const CDK = 'aws-cdk-lib'
const DISK = 'node:fs'

/** Which part of Weir may know which (the table of the architecture), and which of the telling packages. */
const MAY_IMPORT: Readonly<Record<string, { readonly parts: readonly Part[]; readonly packages: readonly string[] }>> =
  {
    shared: { parts: ['shared'], packages: ['zod'] },
    workflows: { parts: ['shared', 'workflows'], packages: ['zod'] },
    functions: { parts: ['shared', 'workflows', 'functions'], packages: ['zod', DISK] },
    'functions/adapters': { parts: ['shared', 'workflows', 'functions'], packages: ['zod', DISK, AWS, KAFKA] },
    infra: { parts: ['shared', 'workflows', 'infra'], packages: ['zod', DISK, CDK] },
    agent: { parts: ['shared', 'agent'], packages: ['zod', DISK] },
    local: {
      parts: ['shared', 'workflows', 'functions', 'agent', 'local', 'cli', 'console'],
      packages: ['zod', DISK, AWS, KAFKA],
    },
    cli: { parts: ['shared', 'cli'], packages: ['zod', DISK] },
    console: { parts: ['shared', 'console'], packages: ['zod', DISK] },
  }

const PACKAGES = ['zod', DISK, AWS, KAFKA, CDK, 'aws-cdk-lib/aws-lambda'] as const

interface Case {
  readonly folder: string
  readonly target: string
  readonly specifier: string
  readonly allowed: boolean
  readonly path: string
}

/** A file for each folder and each thing that it might import, from the folder itself and from deeper inside. */
const CASES: readonly Case[] = Object.entries(MAY_IMPORT).flatMap(([folder, { parts, packages }]) =>
  ['', '/deeper/inside'].flatMap((below) => {
    const up = '../'.repeat(`${folder}${below}`.split('/').length)
    const ofParts = PARTS.map((part) => ({
      target: part,
      specifier: `${up}${part}/thing.ts`,
      allowed: parts.includes(part),
    }))
    const ofPackages = PACKAGES.map((name) => ({
      target: name,
      specifier: name,
      allowed: packages.some((known) => name === known || name.startsWith(`${known}/aws-`)),
    }))
    return [...ofParts, ...ofPackages].map((target, index) => ({
      folder: `${folder}${below}`,
      ...target,
      path: `${folder}${below}/imports-${index}.ts`,
    }))
  }),
)

const FORMS: Readonly<Record<string, (specifier: string) => string>> = {
  statement: (specifier) => `import { thing } from '${specifier}'\nexport const made = thing\n`,
  'for types': (specifier) => `import type { Thing } from '${specifier}'\nexport type Made = Thing\n`,
  'at run time': (specifier) => `export const made = await import('${specifier}')\n`,
  're-export': (specifier) => `export { thing } from '${specifier}'\n`,
}

describe('the rules of imports', () => {
  let broken: ReadonlySet<string> = new Set()

  beforeAll(() => {
    const files = CASES.map(({ path, specifier }): [string, string] => [path, FORMS.statement?.(specifier) ?? ''])
    const forms = Object.entries(FORMS).map(([name, write]): [string, string] => [
      `shared/form-${name.replaceAll(' ', '-')}.ts`,
      write('../functions/thing.ts'),
    ])
    broken = filesBreakingImportRules(Object.fromEntries([...files, ...forms]))
  }, 60_000)

  describe.each([...new Set(CASES.map(({ folder }) => folder))])('for %s/', (folder) => {
    const own = CASES.filter((one) => one.folder === folder)

    it('stop every import that the table does not allow', () => {
      const missed = own.filter(({ allowed, path }) => !allowed && !broken.has(path)).map(({ target }) => target)
      expect(missed).toEqual([])
    })

    it('let every other import through', () => {
      const stopped = own.filter(({ allowed, path }) => allowed && broken.has(path)).map(({ target }) => target)
      expect(stopped).toEqual([])
    })
  })

  it.each(Object.keys(FORMS))('see an import whatever its form: %s', (form) => {
    expect(broken).toContain(`shared/form-${form.replaceAll(' ', '-')}.ts`)
  })

  it('are set for every folder of the project that holds sources', () => {
    const folders = readdirSync(ROOT, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }) => name)
      .filter((name) => !['node_modules', 'cdk.out', 'docs', 'test', 'coverage'].includes(name))
    expect(folders.filter((name) => !(name in MAY_IMPORT))).toEqual([])
  })

  it('are switched off nowhere', () => {
    const sources = readdirSync(ROOT, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(ts|mts|js|mjs)$/.test(entry.name))
      .map(({ parentPath, name }) => resolve(parentPath, name))
      .filter((path) => Object.keys(MAY_IMPORT).some((folder) => path.startsWith(`${ROOT}/${folder}/`)))
    expect(sources.length).toBeGreaterThan(100)
    const exempt = sources.filter((path) =>
      /biome-ignore(-all)?[^\n]*noRestrictedImports/.test(readFileSync(path, 'utf8')),
    )
    expect(exempt).toEqual([])
  })
})
