import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import javax.tools.ToolProvider;

/** Compiles and runs programs named Call one after the other; a NUL and a line break follow what each one prints. */
public class Examples {
    public static void main(String[] files) throws Exception {
        var out = System.out;
        var compiler = ToolProvider.getSystemJavaCompiler();
        for (var file : files) {
            var printed = new ByteArrayOutputStream();
            var stream = new PrintStream(printed, true, StandardCharsets.UTF_8);
            System.setOut(stream);
            System.setErr(stream);
            var folder = Path.of(file).getParent();
            try {
                if (compiler.run(null, stream, stream, "-d", folder.toString(), file) == 0) {
                    try (var loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
                        var main = loader.loadClass("Call").getMethod("main", String[].class);
                        main.invoke(null, (Object) new String[0]);
                    }
                }
            } catch (Exception failure) {
                failure.printStackTrace(stream);
            }
            out.write(printed.toByteArray());
            out.print("\0\n");
        }
        out.flush();
    }
}
