import { describe, expect, it } from 'vitest'
import { allPages, type PageQuery } from '../../cli/all-pages.ts'

/** A list of that many numbers, two a page whatever is asked for. */
function numbers(count: number) {
  const asked: PageQuery[] = []
  const read = async (query: PageQuery) => {
    asked.push(query)
    const from = Number(query.pageToken ?? 0)
    const items = Array.from({ length: Math.min(2, count - from) }, (_, index) => from + index)
    return { body: { items, ...(from + 2 < count && { nextPageToken: String(from + 2) }) } }
  }
  return { asked, read }
}

describe('reading a list', () => {
  it('goes to its end, page by page', async () => {
    const { asked, read } = numbers(5)
    expect(await allPages(read)).toEqual([0, 1, 2, 3, 4])
    expect(asked.map(({ pageToken }) => pageToken)).toEqual([undefined, '2', '4'])
  })

  it('ends at the limit and reads no page too many', async () => {
    const { asked, read } = numbers(100)
    expect(await allPages(read, 3)).toEqual([0, 1, 2])
    expect(asked).toHaveLength(2)
    expect(asked[0]?.pageSize).toBe('3')
  })

  it('gives nothing of an empty list', async () => {
    expect(await allPages(numbers(0).read)).toEqual([])
  })
})
