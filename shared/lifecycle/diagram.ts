import { lifecycleOf } from './lifecycle.ts'
import { brokerTransitions, clusterTransitions, type Transition } from './transitions.ts'

function lines<S extends string>(transitions: readonly Transition<S>[]): string[] {
  const labels = new Map<string, Set<string>>()
  for (const { from, to, operation } of transitions) {
    const edge = `${from ?? '[*]'} --> ${to}`
    labels.set(edge, (labels.get(edge) ?? new Set()).add(lifecycleOf(operation).offered ? operation : `(${operation})`))
  }
  return [...labels].map(([edge, operations]) => `  ${edge}: ${[...operations].join(', ')}`)
}

/** The state diagrams of docs/lifecycle.md, drawn from the lifecycle table so that they cannot drift from it. */
export function lifecycleDocument(): string {
  return [
    '# Lifecycle',
    '',
    'Generated from `shared/lifecycle/lifecycle.ts` by `npm run openapi`; do not edit. Operations in parentheses are',
    'part of the lifecycle but not offered by this release.',
    '',
    '## Clusters',
    '',
    '```mermaid',
    'stateDiagram-v2',
    ...lines(clusterTransitions()),
    '  Deleted --> [*]',
    '```',
    '',
    '## Brokers and controllers',
    '',
    '```mermaid',
    'stateDiagram-v2',
    ...lines(brokerTransitions()),
    '  Deleted --> [*]',
    '```',
    '',
  ].join('\n')
}
