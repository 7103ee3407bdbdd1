import { expect, it } from 'vitest'
import { takingTurns } from '../../local/taking-turns.ts'

it('does the work on one thing in the order in which it was asked for, and does not let others wait', async () => {
  const inTurn = takingTurns()
  const done: string[] = []
  const { promise: gate, resolve: open } = Promise.withResolvers<void>()
  const first = inTurn('a', async () => {
    await gate
    done.push('first of a')
  })
  const second = inTurn('a', async () => void done.push('second of a'))
  await inTurn('b', async () => void done.push('b'))
  open()
  await Promise.all([first, second])
  expect(done).toEqual(['b', 'first of a', 'second of a'])
})

it('goes on after a failure, which is told to whoever asked for the work', async () => {
  const inTurn = takingTurns()
  const failing = inTurn('a', async () => Promise.reject(new Error('no power')))
  const next = inTurn('a', async () => 'done')
  await expect(failing).rejects.toThrow('no power')
  expect(await next).toBe('done')
})
