import { describe, expect, it } from 'vitest'
import { workStage } from '../../../cli/progress/show-work.ts'
import type { Terminal } from '../../../cli/terminal.ts'
import { hurriedClock } from '../api-server.ts'

function recorded() {
  const out: string[] = []
  const notes: string[] = []
  const terminal: Terminal = {
    environment: {},
    clock: hurriedClock(),
    interactive: false,

    redraws: false,
    interrupted: new AbortController().signal,
    out: (text) => void out.push(text),
    note: (text) => void notes.push(text),
    readInput: async () => '',
    ask: async () => '',
  }
  return { out, notes, terminal }
}

describe('work that nobody looks at', () => {
  it('writes a line when its text changes and not when only time passes', async () => {
    const { out, notes, terminal } = recorded()
    const result = await workStage(terminal, { live: false })('Make', async ({ lines, title }) => {
      lines([{ key: 'a', text: 'one', elapsed: '1 s' }])
      lines([
        { key: 'a', text: 'one', elapsed: '2 s' },
        { key: 'b', text: 'one' },
      ])
      lines([{ key: 'a', text: 'two' }])
      title('Made')
      return 7
    })
    expect(result).toBe(7)
    expect(out).toEqual(['Make', '  one', '  one', '  two', 'Made'])
    expect(notes).toEqual([])
  })

  it('goes to standard error where standard output is for results', async () => {
    const { out, notes, terminal } = recorded()
    await workStage(terminal, { live: false, toNotes: true })('Make', async () => undefined)
    expect(out).toEqual([])
    expect(notes).toEqual(['Make'])
  })

  it('lets a failure through', async () => {
    const { terminal } = recorded()
    const work = workStage(terminal, { live: false })('Make', () => Promise.reject(new Error('no')))
    await expect(work).rejects.toThrow('no')
  })
})
