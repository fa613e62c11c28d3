// Uses credentials-java as its reader would, and the SDK of STS with it. Prints a line of JSON for each call.
import com.aliyun.credentials.Client;
import com.aliyun.credentials.models.Config;
import com.google.gson.Gson;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;

public class Main {
  static class Call {
    String call, type, roleArn, tokenFile, endpoint, policy;
  }

  private static Config configOf(Call call) {
    Config config = new Config();
    config.type = call.type;
    if (!call.type.equals("oidc_role_arn")) return config;
    config.oidcProviderArn = "acs:ram::1234567890123456:oidc-provider/stint";
    config.roleSessionName = "stint-test";
    config.roleArn = call.roleArn;
    config.oidcTokenFilePath = call.tokenFile;
    config.STSEndpoint = call.endpoint;
    config.policy = call.policy;
    return config;
  }

  private static void use(String cloud, Call call, Map<String, String> answer) throws Exception {
    Client credential = call.type == null ? new Client() : new Client(configOf(call));
    String accessKeyId = credential.getCredential().accessKeyId;
    com.aliyun.teaopenapi.models.Config config = new com.aliyun.teaopenapi.models.Config();
    config.credential = credential;
    config.endpoint = cloud;
    config.protocol = "http";
    answer.put("arn", new com.aliyun.sts20150401.Client(config).getCallerIdentity().body.arn);
    answer.put("accessKeyId", accessKeyId);
  }

  private static String version() throws Exception {
    Properties of = new Properties();
    String name = "/META-INF/maven/com.aliyun/credentials-java/pom.properties";
    try (InputStream stored = Client.class.getResourceAsStream(name)) {
      of.load(stored);
    }
    return of.getProperty("version");
  }

  public static void main(String[] args) throws Exception {
    for (Call call : new Gson().fromJson(args[1], Call[].class)) {
      Map<String, String> answer = new LinkedHashMap<>();
      answer.put("call", call.call);
      answer.put("version", version());
      try {
        use(args[0], call, answer);
      } catch (Exception refused) {
        answer.put("error", String.valueOf(refused.getMessage()));
      }
      System.out.println(new Gson().toJson(answer));
    }
  }
}
