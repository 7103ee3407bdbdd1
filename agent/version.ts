/** The agent's own version, as hosts report it. */
export const agentVersion = '0.3.0'
