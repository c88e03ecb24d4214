import { posix } from 'node:path'
import { type Dependency, lineAt, type ManifestReader } from './dependency.ts'
import { mistakeIn, withoutComments } from './xml.ts'

/** *.csproj and its siblings. The SDK of a project counts as a package: `Microsoft.NET.Sdk.Web` is what serves requests. */
export const nuget: ManifestReader = {
  ecosystem: 'nuget',
  accepts: name => /\.(cs|fs|vb)proj$/.test(name),
  read(text, path) {
    if (!/<Project[\s>]/.test(text)) throw new Error('This is no project file: it has no <Project>.')
    const plain = withoutComments(text)
    const found = [
      ...plain.matchAll(/<Project\b[^<>]*?\bSdk="([^"/]+)(?:\/([^"]*))?"/g),
      ...plain.matchAll(/<Sdk\b[^<>]*?\bName="([^"]+)"/g),
      ...plain.matchAll(
        /<(?:Package|Framework)Reference\b[^<>]*?\bInclude="([^"]+)"(?:[^<>]*?\bVersion="([^"]*)")?/g,
      ),
    ]
    const references = [...plain.matchAll(/<ProjectReference\b[^<>]*?\bInclude="([^"]+)"/g)]
    return {
      dependencies: found.map(
        ({ 1: name = '', 2: version = '', index }): Dependency => ({
          ecosystem: 'nuget',
          name: name.toLowerCase(),
          version,
          dev: false,
          source: `${path}:${lineAt(text, index)}`,
        }),
      ),
      follow: references.map(({ 1: file = '' }) =>
        posix.join(posix.dirname(path), file.replaceAll('\\', '/')),
      ),
      name: posix.basename(path).replace(/\.\w+$/, ''),
      mistake: mistakeIn(text),
    }
  },
}
