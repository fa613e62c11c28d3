// Uses the OSS SDK for Android as its reader would, and prints what it got and what it throws for a role that is not served.
import com.alibaba.sdk.android.oss.ClientException;
import com.alibaba.sdk.android.oss.common.OSSConstants;
import com.alibaba.sdk.android.oss.common.auth.OSSAuthCredentialsProvider;
import com.alibaba.sdk.android.oss.common.auth.OSSFederationToken;
import org.json.JSONObject;

public class Phone {
  public static void main(String[] args) throws ClientException {
    String uri = System.getenv("ALIBABA_CLOUD_CREDENTIALS_URI");
    String server = uri.replaceFirst("/([^/]+)$", "/oss/$1");
    OSSFederationToken given = new OSSAuthCredentialsProvider(server).getValidFederationToken();
    try {
      new OSSAuthCredentialsProvider(server + "-other").getValidFederationToken();
    } catch (ClientException refused) {
      String secret = uri.split("/")[3];
      if (!refused.getMessage().contains("NotFound") || refused.getMessage().contains(secret)) throw refused;
      System.out.println(
          new JSONObject()
              .put("version", OSSConstants.SDK_VERSION)
              .put("accessKeyId", given.getTempAK())
              .put("accessKeySecret", given.getTempSK())
              .put("securityToken", given.getSecurityToken()));
    }
  }
}
