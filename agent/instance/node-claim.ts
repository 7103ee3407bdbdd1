import type { InstanceMetadata } from './metadata.ts'
import { MetadataError } from './metadata.ts'

/** The tags by which a machine learns which node it is, in the order of the claim. */
const NODE_TAGS = ['weir:tenant', 'weir:cluster', 'weir:node']

/**
 * Which node this machine believes to be, `tenant/cluster/node id`, from its own tags. It is a hint that saves the control plane
 * a search and nothing more: the host API takes it only where the record of that node names this very instance. Tags come a
 * moment after the machine; until then every call fails, and is tried again like any other.
 */
export function nodeClaim(metadata: InstanceMetadata): () => Promise<string> {
  let known: string | undefined
  return async () => {
    known ??= (await Promise.all(NODE_TAGS.map((tag) => readTag(metadata, tag)))).join('/')
    return known
  }
}

async function readTag(metadata: InstanceMetadata, tag: string): Promise<string> {
  const value = await metadata.read(`meta-data/tags/instance/${tag}`)
  if (value === undefined || value === '')
    throw new MetadataError(`the instance metadata has no tag ${tag} yet; its launch template must enable tags in it`)
  return value
}
