/** What a deployment can serve, where deployments differ: known from its configuration, and asked of nobody. */
export interface Offering {
  /** Clusters that clients reach from the internet. */
  readonly publicAccess: boolean
}
