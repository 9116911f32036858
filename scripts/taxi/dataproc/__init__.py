"""The project on Google's Dataproc: packed, uploaded, submitted, and run there.

`packing` makes the archive, `uploading` brings it to a bucket, `versions` knows what
Dataproc's images carry, `submission` says what is to run in the words of gcloud, of the
REST interface and of the console, and `service` submits it by REST. `driver` is what
runs there: a file of its own, which the archive does not need to be unpacked for.
"""
