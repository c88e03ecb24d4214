export const port = 7824
