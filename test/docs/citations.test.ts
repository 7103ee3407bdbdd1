import { describe, expect, it } from 'vitest'
import { filesBelow, textOf } from './pages.ts'

/** The pages whose sections the code cites by number. */
const CITED = { 'kafka-operations': 'docs/kafka-operations.md', metering: 'docs/metering.md' } as const

interface Citation {
  readonly file: string
  readonly page: string
  readonly section: string
  readonly step: string | undefined
}

const SECTION = String.raw`§\d+(?:\.\d+)*(?:, steps? \d+)?`

/** Comments that go on in the next line are read as one. */
const prose = (path: string) => textOf(path).replaceAll(/\s+(?:\*|\/\/)?\s*/gu, ' ')

/** Every `<page> §n`, with the sections that follow it in one breath and the step where one is named. */
function citationsIn(file: string): readonly Citation[] {
  const mentions = prose(file).matchAll(new RegExp(`([a-z][a-z-]+) (${SECTION}(?:(?:,| and| to) ${SECTION})*)`, 'gu'))
  return [...mentions].flatMap(([, page = '', sections = '']) =>
    [...sections.matchAll(/§(\d+(?:\.\d+)*)(?:, steps? (\d+))?/gu)].map(([, section = '', step]) => ({
      file,
      page,
      section,
      step,
    })),
  )
}

const CITATIONS = ['agent', 'cli', 'functions', 'infra', 'local', 'shared', 'test', 'workflows']
  .flatMap(filesBelow)
  .filter((path) => path.endsWith('.ts') && !path.startsWith('test/docs/'))
  .flatMap(citationsIn)

/** The text of a section with its subsections; undefined where there is none of that number. */
function sectionOf(path: string, section: string): string | undefined {
  const pattern = new RegExp(String.raw`^(#+) ${section.replaceAll('.', String.raw`\.`)}\.? .*$`, 'mu')
  const heading = pattern.exec(textOf(path))
  if (!heading) return undefined
  const rest = textOf(path).slice(heading.index + heading[0].length)
  const end = rest.search(new RegExp(`^#{1,${heading[1]?.length ?? 1}} `, 'mu'))
  return end === -1 ? rest : rest.slice(0, end)
}

describe.each(Object.entries(CITED))('what the code cites of %s', (page, path) => {
  const cited = CITATIONS.filter((citation) => citation.page === page)

  it('is something', () => {
    expect(cited).not.toEqual([])
  })

  it('stands there, down to the step', () => {
    const missing = cited.filter(({ section, step }) => {
      const text = sectionOf(path, section)
      return text === undefined || (step !== undefined && !text.includes(`\n| ${step} |`))
    })
    expect(missing).toEqual([])
  })
})

it('cites no page by section but those that are here', () => {
  const elsewhere = CITATIONS.filter(({ page }) => !Object.hasOwn(CITED, page) && page.includes('-'))
  expect(elsewhere).toEqual([])
})
