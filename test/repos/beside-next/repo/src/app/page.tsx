import { headers } from 'next/headers'

export default async function Page() {
  return (await headers()).get('host')
}
