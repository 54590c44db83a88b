"""An image in an archive of OCI's: its configuration, and its files."""

import json
import tarfile


class Image:
    """What `buildah push` has written."""

    def __init__(self, path):
        self.archive = tarfile.open(path)
        (listed,) = self._json("index.json")["manifests"]
        manifest = self._blob_json(listed)
        self._layers = manifest["layers"]
        self.manifest = listed["digest"]
        self.config = self._blob_json(manifest["config"])["config"]

    def files(self):
        """Each file of each layer, with a function that reads it."""
        for layer in self._layers:
            with self._layer(layer) as tar:
                for file in tar:
                    yield file, lambda tar=tar, file=file: tar.extractfile(file).read()

    def unpack(self, folder):
        for layer in self._layers:
            with self._layer(layer) as tar:
                tar.extractall(folder, numeric_owner=True)

    def _layer(self, layer):
        return tarfile.open(fileobj=self._open(_path(layer)))

    def _blob_json(self, descriptor):
        return self._json(_path(descriptor))

    def _json(self, name):
        return json.load(self._open(name))

    def _open(self, name):
        return self.archive.extractfile(name)


def _path(descriptor):
    return "blobs/" + descriptor["digest"].replace(":", "/")
