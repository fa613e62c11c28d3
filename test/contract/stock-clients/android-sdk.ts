// The OSS SDK for Android, which this project did not write. What asks for credentials in it is plain Java and runs on the JVM;
// of Android it needs the JSON library, which Maven Central has as org.json, and a log that is off.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
<modelVersion>4.0.0</modelVersion><groupId>stint</groupId><artifactId>stint</artifactId><version>1</version>
<dependencies>
<dependency><groupId>com.aliyun.dpa</groupId><artifactId>oss-android-sdk</artifactId><version>2.9.21</version><type>aar</type>
<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions></dependency>
<dependency><groupId>org.json</groupId><artifactId>json</artifactId><version>20251224</version></dependency>
</dependencies></project>
`;

/** Gives a class path. `folder`: of the test, in which nothing of this name is. */
export function fetchAndroidSdk(folder: string): string {
  const here = join(folder, 'android-sdk');
  mkdirSync(here);
  writeFileSync(join(here, 'pom.xml'), POM);
  const copy = [
    '-q',
    '-B',
    'dependency:copy-dependencies',
    '-DoutputDirectory=jars',
    '-Dmdep.stripVersion=true',
  ];
  execFileSync('mvn', copy, { cwd: here });
  const library = unzipSync(readFileSync(join(here, 'jars/oss-android-sdk.aar')))['classes.jar'];
  if (library === undefined) throw new Error('the SDK for Android has no classes');
  writeFileSync(join(here, 'classes.jar'), library);
  return [join(here, 'classes.jar'), join(here, 'jars/json.jar')].join(':');
}
