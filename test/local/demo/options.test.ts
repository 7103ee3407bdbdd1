import { describe, expect, it, vi } from 'vitest'
import { demoOptions } from '../../../local/demo/options.ts'

describe('the options of the demo', () => {
  it('have defaults', () => {
    expect(demoOptions([])).toEqual({
      exit: false,
      kafkaVersion: '3.7.1',
      topology: 'combined',
      home: '.weir/demo',
      timeoutMinutes: 20,
    })
  })

  it('are refused with 2 when a value cannot be', () => {
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    expect(demoOptions(['--kafka-version', '2.0'])).toEqual({ exitCode: 2 })
    expect(demoOptions(['--timeout-minutes', 'soon'])).toEqual({ exitCode: 2 })
    expect(demoOptions(['--for-ever'])).toEqual({ exitCode: 2 })
    expect(said).toHaveBeenCalledWith(expect.stringContaining('3.7.1, 3.9.2, 4.3.1'))
    said.mockRestore()
  })
})
