import { existsSync } from 'node:fs'
import { basename, dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'
import { filesBelow, inlineCodeOf, PAGES, type Page, proseOf, ROOT, textOf } from './pages.ts'

const FILES = filesBelow('.')
const FOLDERS = new Set(FILES.map((path) => path.split('/')[0]).filter((name) => !FILES.includes(name ?? '')))
const NAMES = new Set(FILES.map((path) => basename(path)))

/** Links within the repository: the page they lead to, and the heading on it where they name one. */
function linksOf(page: Page): readonly { readonly target: string; readonly anchor: string | undefined }[] {
  return [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/gu)].flatMap(([, link = '']) => {
    if (/^[a-z]+:/u.test(link)) return []
    const [path = '', anchor] = link.split('#')
    return [{ target: path === '' ? page.path : normalize(join(dirname(page.path), path)), anchor }]
  })
}

/** The anchors that GitHub gives to a page's headings. */
function anchorsOf(path: string): readonly string[] {
  return [...textOf(path).matchAll(/^#+ (.+)$/gmu)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

/** Inline code that is a path of this repository: it begins with one of its folders, or is the name of a source file. */
function pathsOf(page: Page): readonly string[] {
  return inlineCodeOf(page).filter((code) => {
    if (!/^[\w.<>/-]+$/u.test(code)) return false
    return code.includes('/')
      ? FOLDERS.has(code.split('/')[0]) || code.endsWith('.ts')
      : /^[\w-]+\.(ts|md)$/u.test(code)
  })
}

/** A path with a placeholder, such as `test/api/<noun>.test.ts`, exists when the folder before the placeholder does. */
function isThere(path: string): boolean {
  if (!path.includes('/')) return NAMES.has(path)
  const [fixed = ''] = path.split('<')
  return existsSync(join(ROOT, path.includes('<') ? dirname(`${fixed}x`) : path))
}

describe.each(PAGES.map((page) => [page.path, page] as const))('%s', (_path, page) => {
  it('links only to pages and headings that exist', () => {
    const broken = linksOf(page).filter(({ target, anchor }) => {
      if (!existsSync(join(ROOT, target))) return true
      return anchor !== undefined && !anchorsOf(target).includes(anchor)
    })
    expect(broken).toEqual([])
  })

  it('names only files and folders that exist', () => {
    expect(pathsOf(page).filter((path) => !isThere(path))).toEqual([])
  })
})

it('every page can be reached from the README', () => {
  const reached = new Set(['README.md'])
  for (const path of reached) {
    const page = PAGES.find((candidate) => candidate.path === path)
    for (const { target } of page ? linksOf(page) : []) reached.add(target)
  }
  expect(PAGES.map(({ path }) => path).filter((path) => !reached.has(path))).toEqual([])
})
